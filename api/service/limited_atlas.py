"""The `atlas` command with a limit of memory: `-m api.service.limited_atlas BYTES ARGUMENT…`.

The limit is set in the process itself before anything large is loaded, so that a file that is
unpacked to no end ends its own command and nothing else.
"""

import resource
import runpy
import sys

if __name__ == "__main__":
    most = int(sys.argv.pop(1))
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    runpy.run_module("atlas", run_name="__main__")
