"""`python -m articles.fetching --may-connect ADDR...`: whether each address may be connected to, a line each."""

import argparse

from .addresses import PUBLIC_ONLY


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m articles.fetching", description=__doc__)
    parser.add_argument(
        "--may-connect", nargs="+", required=True, metavar="ADDR", help="IPv4 or IPv6 addresses"
    )
    for address in parser.parse_args(argv).may_connect:
        print(address, "allow" if PUBLIC_ONLY.allows_address(address.strip("[]")) else "refuse")


if __name__ == "__main__":
    main()
