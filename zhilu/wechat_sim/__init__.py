"""A simulated WeChat platform: what the account's server is sent, and the API that it calls. It shares no code with bot/channels/wechat."""
