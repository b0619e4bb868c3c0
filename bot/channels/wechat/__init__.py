"""The WeChat official account (微信公众号): wire format, API client, turns, rendering."""
