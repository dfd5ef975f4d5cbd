"""Settings: what there is to set, how it is read, how it is shown."""

from cleanse.config.given import variable_of
from cleanse.config.load import Traced, checked, load_config, to_config, to_tree, trace_config
from cleanse.config.names import nearest
from cleanse.config.presets import PRESETS
from cleanse.config.profiles import PROFILES
from cleanse.config.settings import Config, Dedup, Read, Run, Strip, Write
from cleanse.config.show import Setting, settings, to_toml, toml_value
from cleanse.config.survivors import survivor_order

__all__ = [
    "PRESETS",
    "PROFILES",
    "Config",
    "Dedup",
    "Read",
    "Run",
    "Setting",
    "Strip",
    "Traced",
    "Write",
    "checked",
    "load_config",
    "nearest",
    "settings",
    "survivor_order",
    "to_config",
    "to_toml",
    "to_tree",
    "toml_value",
    "trace_config",
    "variable_of",
]
