#!/bin/sh
# Electron's sandbox needs its helper setuid root where user namespaces are shut; the desktop's caches learn the new entry.
set -e
chmod 4755 /opt/kmm-bastion/chrome-sandbox || true
if command -v update-mime-database >/dev/null; then update-mime-database /usr/share/mime || true; fi
if command -v update-desktop-database >/dev/null; then update-desktop-database -q /usr/share/applications || true; fi
if command -v gtk-update-icon-cache >/dev/null; then gtk-update-icon-cache -q -t /usr/share/icons/hicolor || true; fi
