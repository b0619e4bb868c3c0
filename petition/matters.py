"""What a petition is about and where it can go: matters (问题类别), types, branches of art. 31, channels (法定途径)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum

from petition.citation import Citation, Law


class Matter(StrEnum):
    """问题类别."""

    LABOUR = "labour"
    LAND = "land"
    HOUSING = "housing"
    RURAL = "rural"
    ENVIRONMENT = "environment"
    TRANSPORT = "transport"
    EDUCATION = "education"
    HEALTH = "health"
    CIVIL_AFFAIRS = "civil-affairs"
    VETERANS = "veterans"
    COMMERCE = "commerce"
    FINANCE = "finance"
    ECONOMY = "economy"
    TECHNOLOGY = "technology"
    JUSTICE = "justice"
    DISCIPLINE = "discipline"
    GOVERNANCE = "governance"

    @property
    def info(self) -> MatterInfo:
        """Its row of the table."""
        return MATTERS[self]


@dataclass(frozen=True)
class MatterInfo:
    """One row of the table of matters; `has_amount`: a sum of money is usually at stake."""

    title: str
    has_amount: bool


MATTERS: dict[Matter, MatterInfo] = {
    Matter.LABOUR: MatterInfo("劳动和社会保障", True),
    Matter.LAND: MatterInfo("国土资源", True),
    Matter.HOUSING: MatterInfo("城乡建设", True),
    Matter.RURAL: MatterInfo("农村农业", True),
    Matter.ENVIRONMENT: MatterInfo("环境保护", False),
    Matter.TRANSPORT: MatterInfo("交通运输", True),
    Matter.EDUCATION: MatterInfo("教育文体", True),
    Matter.HEALTH: MatterInfo("卫生健康", True),
    Matter.CIVIL_AFFAIRS: MatterInfo("民政", True),
    Matter.VETERANS: MatterInfo("退役军人", True),
    Matter.COMMERCE: MatterInfo("商贸旅游", True),
    Matter.FINANCE: MatterInfo("金融", True),
    Matter.ECONOMY: MatterInfo("经济管理", False),
    Matter.TECHNOLOGY: MatterInfo("科技与信息产业", True),
    Matter.JUSTICE: MatterInfo("政法（涉法涉诉）", False),
    Matter.DISCIPLINE: MatterInfo("纪检监察", False),
    Matter.GOVERNANCE: MatterInfo("党务政务", False),
}


class PetitionType(StrEnum):
    """The three types of petition (《信访工作条例》第二十九条、第三十条、第三十一条)."""

    SUGGESTION = "suggestion"
    REPORT = "report"
    CLAIM = "claim"

    @property
    def label(self) -> str:
        """建议意见, 检举控告 or 申诉求决."""
        return _TYPES[self][0]

    @property
    def citation(self) -> Citation:
        """The article that says how this type is handled."""
        return _TYPES[self][1]


_TYPES = {
    PetitionType.SUGGESTION: ("建议意见", Citation(Law.PETITION, 29)),
    PetitionType.REPORT: ("检举控告", Citation(Law.PETITION, 30)),
    PetitionType.CLAIM: ("申诉求决", Citation(Law.PETITION, 31)),
}


class Branch(IntEnum):
    """The six items of《信访工作条例》第三十一条; only OPINION has the 60 days of 第三十四条."""

    LITIGATION = 1
    ARBITRATION = 2
    PARTY_APPEAL = 3
    ADMINISTRATIVE = 4
    DUTY = 5
    OPINION = 6

    @property
    def label(self) -> str:
        """In plain Chinese."""
        return _BRANCHES[self]

    @property
    def citation(self) -> Citation:
        """第三十一条第（N）项."""
        return Citation(Law.PETITION, 31, f"第（{'一二三四五六'[self - 1]}）项")


_BRANCHES = {
    Branch.LITIGATION: "按诉讼、检察监督或者公安程序办理",
    Branch.ARBITRATION: "导入仲裁程序",
    Branch.PARTY_APPEAL: "导入党员申诉、申请复审等程序",
    Branch.ADMINISTRATIVE: "导入行政复议、裁决、确认、许可、处罚等行政程序",
    Branch.DUTY: "由主管机关依法查处或者履行职责",
    Branch.OPINION: "由有权处理的机关调查核实，出具处理意见书",
}


class Channel(StrEnum):
    """法定途径; the ids of topics.yml."""

    PETITION = "petition"
    RECONSIDERATION = "reconsideration"
    ADMIN_LITIGATION = "admin-litigation"
    CIVIL_LITIGATION = "civil-litigation"
    LABOUR_ARBITRATION = "labour-arbitration"
    LABOUR_INSPECTION = "labour-inspection"
    LAND_ARBITRATION = "land-arbitration"
    COMMERCIAL_ARBITRATION = "commercial-arbitration"
    CRIMINAL_REPORT = "criminal-report"
    DISCIPLINE_REPORT = "discipline-report"
    STATE_COMPENSATION = "state-compensation"
    OPEN_INFORMATION = "open-information"
    MEDIATION = "mediation"
    LEGAL_AID = "legal-aid"
    CONSUMER = "consumer"
    ENVIRONMENT = "environment"
    PROPERTY = "property"
    SOCIAL_ASSISTANCE = "social-assistance"
    VETERANS = "veterans"
    PROCURATORATE = "procuratorate"
    OFFICE = "office"
    NONE = "none"

    @property
    def info(self) -> ChannelInfo:
        """Its row of the table."""
        return CHANNELS[self]


@dataclass(frozen=True)
class ChannelInfo:
    """One row of the table of channels; only NONE has no citation."""

    title: str
    citation: Citation | None


CHANNELS: dict[Channel, ChannelInfo] = {
    Channel.PETITION: ChannelInfo("信访登记办理", Citation(Law.PETITION, 17)),
    Channel.RECONSIDERATION: ChannelInfo("行政复议", Citation(Law.RECONSIDERATION, 11)),
    Channel.ADMIN_LITIGATION: ChannelInfo("行政诉讼", Citation(Law.ADMIN_LITIGATION, 12)),
    Channel.CIVIL_LITIGATION: ChannelInfo("民事诉讼", Citation(Law.CIVIL_PROCEDURE, 122)),
    Channel.LABOUR_ARBITRATION: ChannelInfo("劳动仲裁", Citation(Law.LABOUR_ARBITRATION, 5)),
    Channel.LABOUR_INSPECTION: ChannelInfo("劳动监察投诉", Citation(Law.LABOUR_INSPECTION, 9)),
    Channel.LAND_ARBITRATION: ChannelInfo("农村土地承包仲裁", Citation(Law.LAND_ARBITRATION, 4)),
    Channel.COMMERCIAL_ARBITRATION: ChannelInfo("商事仲裁", Citation(Law.ARBITRATION, 4)),
    Channel.CRIMINAL_REPORT: ChannelInfo("向公安机关报案", Citation(Law.CRIMINAL_PROCEDURE, 110)),
    Channel.DISCIPLINE_REPORT: ChannelInfo("向纪检监察机关检举控告", Citation(Law.SUPERVISION, 38)),
    Channel.STATE_COMPENSATION: ChannelInfo("国家赔偿", Citation(Law.STATE_COMPENSATION, 9)),
    Channel.OPEN_INFORMATION: ChannelInfo("申请政府信息公开", Citation(Law.OPEN_INFORMATION, 27)),
    Channel.MEDIATION: ChannelInfo("人民调解", Citation(Law.MEDIATION, 17)),
    Channel.LEGAL_AID: ChannelInfo("法律援助", Citation(Law.LEGAL_AID, 31)),
    Channel.CONSUMER: ChannelInfo("消费者投诉", Citation(Law.CONSUMER, 39)),
    Channel.ENVIRONMENT: ChannelInfo("生态环境举报", Citation(Law.ENVIRONMENT, 145)),
    Channel.PROPERTY: ChannelInfo("物业投诉", Citation(Law.PROPERTY, 48)),
    Channel.SOCIAL_ASSISTANCE: ChannelInfo("社会救助申请", Citation(Law.SOCIAL_ASSISTANCE, 37)),
    Channel.VETERANS: ChannelInfo("退役军人事务部门", Citation(Law.VETERANS, 7)),
    Channel.PROCURATORATE: ChannelInfo("检察监督", Citation(Law.CIVIL_PROCEDURE, 220)),
    Channel.OFFICE: ChannelInfo("接待窗口咨询", Citation(Law.PETITION, 18)),
    Channel.NONE: ChannelInfo("不属于信访和法定途径", None),
}
