"""The running program. nlu comes first of all imports: it caps numpy's threads before numpy is loaded."""

import nlu as nlu
