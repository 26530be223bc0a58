import sys

from kmall.embedded.mall import main

sys.exit(main())
