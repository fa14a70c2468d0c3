import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { BrowserWindow } from 'electron';
import { origin, webPreferences } from './electron-security.ts';

/** Opens the one window at a route such as `#/hubs/new`; it is shown once it has something to show. */
export function openWindow(route = ''): BrowserWindow {
  const window = new BrowserWindow({
    width: 1440,
    height: 900,
    minWidth: 960,
    minHeight: 600,
    show: false,
    title: 'KMM Bastion',
    autoHideMenuBar: true,
    webPreferences: webPreferences(join(import.meta.dirname, '../preload/preload.cjs')),
  });
  window.once('ready-to-show', () => window.show());
  void window.loadURL(`${origin}/${route}`);
  return window;
}

/** The route for a kubeconfig given on the command line (file association): adding it as a hub; '' where none is given. */
export function routeOf(argv: readonly string[], folder: string): string {
  const file = argv
    .slice(1)
    .filter((word, at, words) => !word.startsWith('-') && words[at - 1] !== '--home')
    .map((word) => resolve(folder, word))
    .find((path) => existsSync(path) && statSync(path).isFile());
  return file === undefined ? '' : `#/hubs/new?${new URLSearchParams({ paths: file }).toString()}`;
}
