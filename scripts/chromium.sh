#!/bin/sh
# Make sure that the browser which the web app's tests and screenshots use is there: Debian's chromium.
# Elsewhere, install Chromium by hand and give its path in the variable CHROMIUM.
set -eu

found="${CHROMIUM:-/usr/bin/chromium}"
if [ -x "$found" ]; then
    exit 0
fi
if [ -n "${CHROMIUM:-}" ]; then
    echo "CHROMIUM names '$CHROMIUM', which is no program." >&2
    exit 2
fi
if ! command -v apt-get >/dev/null 2>&1; then
    echo "The browser tests need Chromium. Install it and set CHROMIUM to its path." >&2
    exit 2
fi
if [ "$(id -u)" -ne 0 ]; then
    echo "The browser tests need Chromium. Run as an administrator: apt-get install chromium" >&2
    exit 2
fi
echo "Installing chromium for the browser tests"
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null
if [ ! -x "$found" ]; then
    echo "The package chromium brought no $found. Install Chromium by hand and set CHROMIUM to its path." >&2
    exit 2
fi
