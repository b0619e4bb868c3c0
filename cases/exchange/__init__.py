"""Cases out to an upstream system and changes of status back in: mapped by a YAML file, incremental, idempotent."""
