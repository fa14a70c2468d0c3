import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { app, type BrowserWindow, dialog, ipcMain, session } from 'electron';
import { utilityEngine } from './electron-engine.ts';
import { electronPrograms } from './electron-program.ts';
import { registerScheme, serveScheme } from './electron-protocol.ts';
import { handPort } from './electron-relay.ts';
import { lockApp, lockSession, origin, trusted } from './electron-security.ts';
import { desktopShell } from './electron-shell.ts';
import { openWindow, routeOf } from './electron-window.ts';
import { childEngine, type EnginePort, overPort } from './engine-port.ts';
import { homeFolder, windowFolder } from './home.ts';
import { quitQuestion, runningWork } from './quit-question.ts';
import { type Request, reply } from './wire.ts';

/**
 * The desktop shell: one window, one engine process. It carries no rows: the window talks to the engine over a port that is
 * handed out here once, after the sender was checked. An engine that crashes is started again and the window told.
 */
let window: BrowserWindow | undefined;
let engine: EnginePort | undefined;
let pageReady = false;
let engineReady = false;
let quitting = false;
let asking = false;
let restarts = 0;
const home = homeFolder(argument('--home'));
const bundle = (name: string) => join(import.meta.dirname, name);
/** Plain Node can't read the archive of a package: what it runs lies beside it. */
const outside = (name: string) => bundle(name).replace('app.asar', 'app.asar.unpacked');
const node = process.env['ENGINE_NODE'];
const childNode = node && existsSync(node) ? node : undefined;
const programs = electronPrograms(bundle);
const shell = desktopShell(() => window);
const answers = { ...shell, ...programs.calls } as unknown as Record<string, (input: unknown) => unknown>;

// The window's own data, and with it the lock on one instance, belong to the home: two homes are two applications.
const profile = join(home, 'window');
mkdirSync(profile, { recursive: true, mode: 0o700 });
app.setPath('userData', profile);
registerScheme();
lockApp(app);
if (!app.requestSingleInstanceLock()) app.quit();
else {
  app.on('second-instance', (_event, argv, folder) => {
    const route = routeOf(argv.slice(app.isPackaged ? 0 : 1), folder);
    if (window?.isMinimized()) window.restore();
    window?.focus();
    if (route) void window?.loadURL(`${origin}/${route}`);
  });
  // No top-level await: Electron is ready only after this module has been evaluated.
  void app.whenReady().then(start);
}

function argument(name: string): string | undefined {
  const at = process.argv.indexOf(name);
  return at < 0 ? undefined : process.argv[at + 1];
}

function start(): void {
  lockSession(session.defaultSession);
  serveScheme(session.defaultSession, windowFolder());
  ipcMain.on('window-ready', (event) => {
    if (!trusted(event.senderFrame)) return;
    pageReady = true;
    joinUp();
  });
  launch();
  open(routeOf(process.argv.slice(app.isPackaged ? 0 : 1), process.cwd()));
  app.on('activate', () => {
    if (!window) open();
  });
  app.on('window-all-closed', () => app.quit());
  app.on('before-quit', (event) => {
    if (quitting) return;
    event.preventDefault();
    if (!asking) void quit();
  });
}

/** One port for each pair of a page that has loaded and an engine that is ready, whichever comes last. */
function joinUp(): void {
  if (window && engine && pageReady && engineReady) handPort(window.webContents, engine, childNode === undefined);
}

function launch(): void {
  const begin = childNode
    ? childEngine(outside('engine-process.js'), childNode)
    : utilityEngine(bundle('engine-process.js'));
  const port = begin(['--home', home, '--version', app.getVersion(), '--shell', Object.keys(answers).join(',')]);
  const begun = Date.now();
  engine = port;
  engineReady = false;
  port.onMessage((message) => {
    const frame = message as { shell?: Request; ready?: true; failed?: { message: string; remedy: string } };
    if (frame.shell) void answer(port, frame.shell);
    if (frame.failed && !quitting) {
      dialog.showErrorBox('KMM Bastion can’t start', `${frame.failed.message}\n\n${frame.failed.remedy}`);
      quitting = true;
      app.exit(1);
    }
    if (frame.ready) {
      engineReady = true;
      joinUp();
      tell(true, 'The engine runs.');
    }
  });
  void port.exited.then((code) => {
    programs.stopAll();
    if (quitting || engine !== port) return;
    engineReady = false;
    // Ever longer pauses, so that an engine that can't live doesn't burn the laptop; one that lived a minute is forgiven.
    restarts = Date.now() - begun > 60_000 ? 1 : restarts + 1;
    tell(false, `The engine ended unexpectedly (code ${code}); it is started again.`);
    setTimeout(launch, Math.min(30_000, 250 * 2 ** restarts));
  });
}

async function answer(port: EnginePort, request: Request): Promise<void> {
  const call = async (name: string, input: unknown) => answers[name]?.(input);
  port.post({ shellReply: await reply({ call, listen: () => () => {} }, request) });
}

function tell(running: boolean, sentence: string): void {
  window?.webContents.send('engine', { running, sentence });
}

function open(route = ''): void {
  pageReady = false;
  window = openWindow(route);
  window.on('close', (event) => {
    if (quitting) return;
    // The last window is the application: whether it may close is asked while there is a window to ask in.
    event.preventDefault();
    app.quit();
  });
  window.on('closed', () => {
    window = undefined;
  });
}

/** Asks when work is running, then lets the engine close its store. */
async function quit(): Promise<void> {
  asking = true;
  const question = engine && engineReady ? quitQuestion(await runningWork(overPort(engine))) : undefined;
  if (question && window) {
    const buttons = ['Keep running', 'Quit'];
    const { response } = await dialog.showMessageBox(window, {
      type: 'question',
      ...question,
      buttons,
      defaultId: 0,
      cancelId: 0,
    });
    asking = false;
    if (response === 0) return;
  }
  quitting = true;
  await engine?.stop();
  programs.stopAll();
  app.exit(0);
}
