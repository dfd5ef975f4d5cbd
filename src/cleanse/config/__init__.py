"""Settings: what there is to set, how it is read, how it is shown."""

from cleanse.config.load import load_config, nearest, to_config, to_tree
from cleanse.config.settings import PROFILES, Config, Dedup, Read, Run, Strip, Write
from cleanse.config.show import settings, to_toml

__all__ = [
    "PROFILES",
    "Config",
    "Dedup",
    "Read",
    "Run",
    "Strip",
    "Write",
    "load_config",
    "nearest",
    "settings",
    "to_config",
    "to_toml",
    "to_tree",
]
