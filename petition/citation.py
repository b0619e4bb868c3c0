"""A citation (依据): law, article, clause. The laws that the rules of petitioning stand on are named here once."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

_DIGITS = "零一二三四五六七八九"


def chinese_number(number: int) -> str:
    """A whole number from 1 to 9999 as statutes print it: 35 → 三十五, 1054 → 一千零五十四."""
    text, gap = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, unit)
        if digit:
            text += ("零" if gap else "") + _DIGITS[digit] + name
            gap = False
        else:
            gap = bool(text)
    return text.removeprefix("一") if text.startswith("一十") else text


class Law(StrEnum):
    """Laws by the stem of their file in the research folder."""

    PETITION = "xinfang-gongzuo-tiaoli-2022"
    RECONSIDERATION = "xingzheng-fuyi-fa-2023"
    ADMIN_LITIGATION = "xingzheng-susong-fa-2017"
    CIVIL_PROCEDURE = "minshi-susong-fa-2023"
    CIVIL_CODE = "minfadian-2020"
    LABOUR_ARBITRATION = "laodong-zhengyi-tiaojie-zhongcai-fa-2007"
    LABOUR_INSPECTION = "laodong-baozhang-jiancha-tiaoli-2004"
    MIGRANT_WAGES = "baozhang-nongmingong-gongzi-zhifu-tiaoli-2019"
    LAND_ARBITRATION = "nongcun-tudi-chengbao-jiufen-tiaojie-zhongcai-fa-2009"
    LAND = "tudi-guanli-fa-2019"
    ARBITRATION = "zhongcai-fa-2025"
    CRIMINAL_PROCEDURE = "xingshi-susong-fa-2018"
    SUPERVISION = "jiancha-fa-2024"
    STATE_COMPENSATION = "guojia-peichang-fa-2012"
    OPEN_INFORMATION = "zhengfu-xinxi-gongkai-tiaoli-2019"
    MEDIATION = "renmin-tiaojie-fa-2010"
    LEGAL_AID = "falv-yuanzhu-fa-2021"
    CONSUMER = "xiaofeizhe-quanyi-baohu-fa-2013"
    ENVIRONMENT = "shengtai-huanjing-fadian-2026"
    PROPERTY = "wuye-guanli-tiaoli-2018"
    SOCIAL_ASSISTANCE = "shehui-jiuzhu-fa-2026"
    VETERANS = "tuiyi-junren-baozhang-fa-2020"
    VILLAGE = "cunmin-weiyuanhui-zuzhi-fa-2025"
    PUBLIC_SECURITY = "zhian-guanli-chufa-fa-2025"
    WORK_INJURY = "gongshang-baoxian-tiaoli-2010"
    SOCIAL_INSURANCE = "shehui-baoxian-fa-2018"
    HOUSE_EXPROPRIATION = "guoyou-tudi-fangwu-zhengshou-buchang-tiaoli-2011"


LAW_TITLES: dict[Law, str] = {
    Law.PETITION: "信访工作条例",
    Law.RECONSIDERATION: "中华人民共和国行政复议法",
    Law.ADMIN_LITIGATION: "中华人民共和国行政诉讼法",
    Law.CIVIL_PROCEDURE: "中华人民共和国民事诉讼法",
    Law.CIVIL_CODE: "中华人民共和国民法典",
    Law.LABOUR_ARBITRATION: "中华人民共和国劳动争议调解仲裁法",
    Law.LABOUR_INSPECTION: "劳动保障监察条例",
    Law.MIGRANT_WAGES: "保障农民工工资支付条例",
    Law.LAND_ARBITRATION: "中华人民共和国农村土地承包经营纠纷调解仲裁法",
    Law.LAND: "中华人民共和国土地管理法",
    Law.ARBITRATION: "中华人民共和国仲裁法",
    Law.CRIMINAL_PROCEDURE: "中华人民共和国刑事诉讼法",
    Law.SUPERVISION: "中华人民共和国监察法",
    Law.STATE_COMPENSATION: "中华人民共和国国家赔偿法",
    Law.OPEN_INFORMATION: "中华人民共和国政府信息公开条例",
    Law.MEDIATION: "中华人民共和国人民调解法",
    Law.LEGAL_AID: "中华人民共和国法律援助法",
    Law.CONSUMER: "中华人民共和国消费者权益保护法",
    Law.ENVIRONMENT: "中华人民共和国生态环境法典",
    Law.PROPERTY: "物业管理条例",
    Law.SOCIAL_ASSISTANCE: "中华人民共和国社会救助法",
    Law.VETERANS: "中华人民共和国退役军人保障法",
    Law.VILLAGE: "中华人民共和国村民委员会组织法",
    Law.PUBLIC_SECURITY: "中华人民共和国治安管理处罚法",
    Law.WORK_INJURY: "工伤保险条例",
    Law.SOCIAL_INSURANCE: "中华人民共和国社会保险法",
    Law.HOUSE_EXPROPRIATION: "国有土地上房屋征收与补偿条例",
}


@dataclass(frozen=True)
class Citation:
    """Where a rule stands; `clause` such as 第一款 or 第（六）项 is optional."""

    law: Law
    article: int
    clause: str = ""

    @property
    def title(self) -> str:
        """The law's official title."""
        return LAW_TITLES[self.law]

    @property
    def text(self) -> str:
        """《信访工作条例》第三十五条."""
        title = self.title.removeprefix("中华人民共和国")
        return f"《{title}》第{chinese_number(self.article)}条{self.clause}"

    def as_dict(self) -> dict[str, str | int]:
        """The form of a reply's `citations`, without the dates that the knowledge base adds."""
        fields: dict[str, str | int] = {"law": str(self.law), "title": self.title, "article": self.article}
        return fields | ({"clause": self.clause} if self.clause else {})
