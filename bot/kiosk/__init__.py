"""The kiosk in the reception hall: sessions, screens and texts of the pages under /kiosk."""
