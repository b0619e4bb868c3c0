"""How people say dates: the patterns, each with named groups that `dates` turns into values."""

from __future__ import annotations

import re

from engine.extract.lunar import EVES, LUNAR_FEASTS, SOLAR_FEASTS

_CN = "〇零一二三四五六七八九"
_CN_MONTH = r"(?<![一二三四五六七八九十])(?:十[一二]?|[一二三四五六七八九])"
_SMALL = rf"(?:\d{{1,2}}|[{_CN}十廿]{{1,3}})"
_YEAR = (
    rf"(?:(?P<year>(?<!\d)(?:19|20)\d{{2}}|[一二][〇零九0][{_CN}]{{2}}|(?<![\d{_CN}十百千])(?:\d{{2}}|[{_CN}]{{2}}))年"
    r"|(?P<relative_year>今年|本年度?|去年|大前年|前年|上年|头年|旧年|明年|后年|当前年份))的?\s?"
)
_MONTH = (
    rf"(?<![\d{_CN}十])(?P<month>{_SMALL}|[{_CN}十]{{1,2}}[、到至\-~]?[{_CN}十]{{1,2}}(?=月份))"
    r"\s?月(?:份|底|末|初|中旬|上旬|下旬|中)?的?\s?"
)
_RELATIVE_MONTH = r"(?P<relative_month>上上个?月|上个?月|这个?月|本月|下个?月)(?:份|底|末|初(?![一二三四五六七八九十])|中旬|上旬|下旬)?的?\s?"
_LUNAR_MONTH = rf"(?P<lunar_month>(?:农历|阴历|旧历)\s?(?:{_SMALL}月|[正冬腊]月)|正月|冬月|腊月|大年(?=初)|{_CN_MONTH}月(?=初[{_CN}十](?!直)|廿))里?\s?"
_DAY_ENDS = r"$|[\s，。；！？,;!?、]|[上下中]午|[早晚夜凌那当左前]"
_DAY = rf"(?P<day>{_SMALL})(?:\s?[日号]|(?={_DAY_ENDS}))"
_LUNAR_DAY = rf"(?P<lunar_day>初[{_CN}十]|廿[{_CN}]|(?:[二三]?十[{_CN}]?|(?<=[阴农旧]历[一二三四五六七八九十]月)[{_CN}]|\d{{1,2}})(?!来|几|多|个|块|万))[日号]?"
_SURE_FEASTS = (
    "元旦",
    "三八节",
    "三八妇女节",
    "妇女节",
    "清明",
    "清明节",
    "五一节",
    "劳动节",
    "儿童节",
    "建军节",
    "教师节",
    "国庆",
    "国庆节",
    "双十一",
    "圣诞节",
    *LUNAR_FEASTS,
    *EVES,
)
_HOLIDAY_WORD = r"(?=期间|假期|长假|放假|那[天会几阵]|当天|当晚|的?时候|前后|过后)"
_NAMED = "|".join(sorted(_SURE_FEASTS, key=len, reverse=True))
_SHORT = "|".join(sorted(set(SOLAR_FEASTS) - set(_SURE_FEASTS), key=len, reverse=True))
_FEAST = (
    rf"(?:(?P<feast>{_NAMED})|(?P<short_feast>{_SHORT})(?![月号日个人户年岁点天])(?(year)|(?(relative_year)|{_HOLIDAY_WORD})))"
    r"(?!节?(?:[以之]?前(?!后)|[以之]?后)|[大东西南北中]?[路街巷村镇乡]|社区|小区|广场|商场|超市|礼|晚会)"
)
_PART = r"(?P<part>上半年|下半年|第?[一二三四1-4]季度|年?[初底末中](?![学心间医等断个高考国])|春节?上|春天|开春|夏天|秋天|入秋|冬天|入冬)"
_WEEKDAY = r"(?P<week>上上个?|上个?|这个?|本|下个?)(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天])?(?![边围转])"
_RELATIVE_DAY = r"(?P<relative_day>大前[天日]|前[天日晚]|昨[天日晚夜儿个]|今[天日早晚儿]|明[天日早晚]|后天)"
_AGO = rf"(?P<ago>半|\d{{1,3}}|[{_CN}两十]{{1,3}})(?P<ago_unit>年|个半?月|天|日|个?星期|个?礼拜|周)(?:以|之)?前(?!后)"
_ISO = r"(?<![\d.\-/A-Za-z])(?P<iso>(?:19|20)\d{2}(?:[-/.]\d{1,2}){1,2})(?![\d./]|-(?!(?:19|20)\d{2}[-/.年])|\s?[万元块])(?:日|号)?"

# A part of a year (年底, 上半年) or nothing at all may follow only where a year stands.
_REST_OF_YEAR = rf"(?(year)|(?(relative_year)|(?!)))(?:{_PART})?"
TERM = re.compile(
    rf"{_ISO}|(?:{_YEAR})?(?:"
    rf"{_LUNAR_MONTH}(?:{_LUNAR_DAY})?|{_FEAST}|(?:{_MONTH}|{_RELATIVE_MONTH})(?:{_DAY})?|{_REST_OF_YEAR}"
    rf")|年(?P<bare_part>初)|{_WEEKDAY}|{_RELATIVE_DAY}|{_AGO}"
)
THAT_YEAR = re.compile(r"(?:那一?年|当年|有一?年)的?\s?$")
ISO_END = re.compile(_ISO[_ISO.index("(?P<iso>") :])
TERM_ON = re.compile(
    rf"(?:(?P<first>^|(?<=[，。；！？,;!?\s]))|(?<![\d{_CN}十第]))(?P<day>{_SMALL})[日号]"
    r"(?:(?=\s?(?:那天|当天|[早晚]上|[上中下]午|夜里|凌晨|半夜|白天))|(?(first)(?=[来停把被去报签交他她我俺就开又断拆收打挖施动])|(?!)))"
)
DAY_ONLY = re.compile(rf"(?<![\d{_CN}十])(?P<day>{_SMALL})\s?[日号]")
NUMBERS = re.compile(
    r"\s*(?:(?P<year>(?:19|20)\d{2})[\s年/.\-]*)?(?P<month>\d{1,2})[\s月/.\-]+(?P<day>\d{1,2})\s*[日号]?\s*"
)
SHORT_YEAR = re.compile(r"\s*(\d{2})([./\-])(\d{1,2})\2(\d{1,2})\s*")
COMPACT = re.compile(r"\s*((?:19|20)\d{2})(\d{2})(\d{2})\s*")
UNTIL = re.compile(r"\s?(?:开始)?(?:一直)?(?:持续|干|做|住|租|用|欠|停)?(?:到|至|-|~|—)+\s?")
UNTIL_NOW = re.compile(
    r"\s?(?P<gap>[^，。；！？,;!?\s说借签买]{0,8}?)\s?(?:到|至)(?:现在|如今|今天|目前|眼下|今(?!年|后)|这会儿)"
)
VAGUE = re.compile(
    r"前几天|前些天|前些日子|前阵子|前段时间|这几天|这阵子|最近|前几年|早些年|好几年|好些年|很久|好久|几年前|几个月前|几天前|那年|那会儿"
    rf"|[几半多{_CN}两十百\d]{{1,6}}[多来]?(?:年|个月|天|个?星期|个?礼拜)|好久"
    r"|刚才|刚刚|过年|年前|年后|节前|节后|[麦秋]收|开学|年[底末]|记不清|记不得|记不住|不记得|忘了|忘记|说不准|大概|[春夏秋冬]天|开春|入冬|入秋|小时候|上世纪|年代"
)
