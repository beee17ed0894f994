"""`python -m claims.extraction.training`: from PolNeAR JSONL to the packaged model, in one command."""

import argparse
import sys
import time
from pathlib import Path

import torch

from claims.extraction.training.making import Plan, make


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m claims.extraction.training", description=__doc__)
    parser.add_argument("--polnear", type=Path, required=True, help="JSONL of annotated articles")
    parser.add_argument("--claimbuster", type=Path, required=True, help="JSONL of rated sentences")
    parser.add_argument("--bases", type=Path, required=True, help="folder of the wheels named in bases.txt")
    parser.add_argument(
        "--work", type=Path, required=True, help="where stages are kept; a run goes on from there"
    )
    parser.add_argument("--version", required=True, help='the model\'s name, such as "attribution-2"')
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--no-teacher", action="store_true", help="learn from the annotation alone")
    options = parser.parse_args(arguments)
    torch.set_num_threads(options.threads)
    plan = Plan(teachers=()) if options.no_teacher else Plan()
    try:
        packaged = make(
            polnear=options.polnear, claimbuster=options.claimbuster, wheels=options.bases, work=options.work,
            plan=plan, version=options.version, device=options.device, tell=tell,
        )  # fmt: skip
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{packaged} is the model: copy it over claims/extraction/weights")
    return 0


def tell(line: str) -> None:
    print(time.strftime("%H:%M:%S"), line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
