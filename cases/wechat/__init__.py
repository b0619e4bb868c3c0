"""What the register keeps for the WeChat account: who follows, what came, what waits to be told, and one-time codes."""
