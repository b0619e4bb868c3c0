"""A simulated bridge of a kiosk: an identity-card reader and a printer of queue numbers, with troubles; the contract is docs/kiosk-setup.md."""
