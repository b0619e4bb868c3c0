"""How people come in: addresses, proxies, the WeChat account."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from bot.channels.wechat.wire import KEY_LENGTH
from zhilu.doctor.finding import Finding, advice, fault, fine
from zhilu.settings import Environment, Settings


def addresses(settings: Settings, now: datetime) -> Iterator[Finding]:
    """What phones can open, and whether the proxy before us says who it is that comes."""
    secure = settings.public_url.startswith("https://")
    production = settings.environment is Environment.PRODUCTION
    if production and not secure:
        yield advice("没有公众网站的https网址，手机打不开回执上的二维码", "设ZHILU_PUBLIC_URL")
    if production and not settings.desk_url.startswith("https://"):
        yield advice("工作台没有https网址，登录的凭据在单位网络里不加密", "设ZHILU_DESK_URL，见docs/desk.md")
    if secure and not settings.trusted_proxies:
        yield fault("没有写明反向代理，所有市民会被当成同一个人限流、锁定", "把代理的地址写进ZHILU_TRUSTED_PROXIES")
    if not production:
        yield advice("现在是开发环境，允许示例单位和短密钥", "正式使用时设ZHILU_ENVIRONMENT=production")
    if production and secure and settings.trusted_proxies:
        yield fine("网址和代理都设好了")


def wechat(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Half a set-up is worse than none: the platform would refuse us, and nobody would know why."""
    if not settings.wechat_on:
        yield fine("没有开微信")
        return
    missing = [name for name, given in needed(settings).items() if not given]
    if missing:
        yield fault(f"微信的设置不全：缺{'、'.join(missing)}", "照公众平台“基本配置”那一页填，见docs/wechat.md")
    key = settings.wechat_aes_key.get_secret_value()
    if key and len(key) != KEY_LENGTH:
        yield fault(f"ZHILU_WECHAT_AES_KEY应当是{KEY_LENGTH}个字符，现在是{len(key)}个", "从公众平台重新复制")
    if not settings.public_url.startswith("https://"):
        yield advice("没有公众网站的https网址，微信里打不开进度、上传材料的页面", "设ZHILU_PUBLIC_URL")
    if not missing and len(key) in (0, KEY_LENGTH):
        yield fine("微信的设置齐全")


def needed(settings: Settings) -> dict[str, str]:
    """What the account cannot do without, by the name of its setting."""
    always = {"ZHILU_WECHAT_TOKEN": settings.wechat_token.get_secret_value()}
    if settings.wechat_mode == "safe":
        always["ZHILU_WECHAT_AES_KEY"] = settings.wechat_aes_key.get_secret_value()
    if settings.wechat_customer_service:
        always["ZHILU_WECHAT_SECRET"] = settings.wechat_secret.get_secret_value()
    return always
