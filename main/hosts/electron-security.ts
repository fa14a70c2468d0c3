import type { App, Session, WebContents, WebFrameMain, WebPreferences } from 'electron';

/** The only origin the window ever has. */
export const origin = 'app://bastion';

/** Written out, although most are defaults: a reader and a test see what holds (Electron security guide, items 2-4, 6, 8-10). */
export const webPreferences = (preload: string): WebPreferences => ({
  preload,
  contextIsolation: true,
  sandbox: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webSecurity: true,
  allowRunningInsecureContent: false,
  experimentalFeatures: false,
  webviewTag: false,
  spellcheck: false,
});

/** `frame.origin` is Chromium's answer; `new URL(frame.url).origin` is the string 'null' for any custom scheme. */
export function trusted(frame: WebFrameMain | null): boolean {
  return frame !== null && frame.parent === null && frame.origin === origin;
}

/** Every way out of the page is shut: navigation, redirects, new windows, webviews. */
export function lockContents(contents: WebContents): void {
  contents.on('will-navigate', (event) => event.preventDefault());
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
}

/** No permission but writing to the clipboard, no device, no download but of what the page itself made (a report). */
export function lockSession(session: Session): void {
  const may = (permission: string) => permission === 'clipboard-sanitized-write';
  session.setPermissionRequestHandler((_contents, permission, answer) => answer(may(permission)));
  session.setPermissionCheckHandler((_contents, permission) => may(permission));
  session.setDevicePermissionHandler(() => false);
  session.on('will-download', (event, item) => {
    if (!item.getURL().startsWith(`blob:${origin}/`)) event.preventDefault();
  });
}

/** Applies the lock to every page the application will ever make. */
export function lockApp(app: App): void {
  app.on('web-contents-created', (_event, contents) => lockContents(contents));
}
