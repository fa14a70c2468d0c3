import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { app, BrowserWindow, dialog, ipcMain, MessageChannelMain, type MessagePortMain, session } from 'electron';
import { utilityEngine } from './electron-engine.ts';
import { registerScheme, serveScheme } from './electron-protocol.ts';
import { lockApp, lockSession, origin, trusted, webPreferences } from './electron-security.ts';
import { desktopShell } from './electron-shell.ts';
import { childEngine, type EnginePort } from './engine-port.ts';
import { homeFolder, windowFolder } from './home.ts';
import { type Request, reply } from './wire.ts';

/**
 * The desktop shell: one window, one engine process. It carries no rows: the window talks to the engine over a port that is
 * handed out here once, after the sender was checked. An engine that crashes is started again and the window told.
 */
let window: BrowserWindow | undefined;
let engine: EnginePort | undefined;
let quitting = false;
let restarts = 0;
const home = homeFolder(argument('--home'));
const shell = desktopShell(() => window);

registerScheme();
lockApp(app);
if (!app.requestSingleInstanceLock({ home })) app.quit();
else {
  app.on('second-instance', () => {
    if (window?.isMinimized()) window.restore();
    window?.focus();
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
    if (trusted(event.senderFrame)) handPort(event.sender);
  });
  launch();
  open();
  app.on('activate', () => {
    if (!window) open();
  });
  app.on('window-all-closed', () => app.quit());
  app.on('before-quit', (event) => {
    if (quitting) return;
    event.preventDefault();
    void quit();
  });
}

function launch(): void {
  const unpacked = import.meta.dirname.replace('app.asar', 'app.asar.unpacked');
  const entry = join(unpacked, 'engine-process.js');
  const node = process.env['ENGINE_NODE'];
  const start = node && existsSync(node) ? childEngine(entry, node) : utilityEngine(entry);
  const port = start(['--home', home, '--version', app.getVersion(), '--shell', Object.keys(shell).join(',')]);
  engine = port;
  port.onMessage((message) => {
    const frame = message as { shell?: Request; ready?: true; failed?: { message: string; remedy: string } };
    if (frame.shell) void answerShell(port, frame.shell);
    if (frame.failed && !quitting) {
      dialog.showErrorBox('KMM Bastion can’t start', `${frame.failed.message}\n\n${frame.failed.remedy}`);
      quitting = true;
      app.exit(1);
    }
    if (frame.ready && window) {
      handPort(window.webContents);
      tell(true, 'The engine runs.');
    }
  });
  void port.exited.then((code) => {
    if (quitting || engine !== port) return;
    restarts += 1;
    tell(false, `The engine ended unexpectedly (code ${code}); it is started again.`);
    // Ever longer pauses, so that an engine that can't live doesn't burn the laptop.
    setTimeout(launch, Math.min(30_000, 250 * 2 ** restarts));
  });
}

async function answerShell(port: EnginePort, request: Request): Promise<void> {
  const handlers = shell as unknown as Record<string, (input: unknown) => unknown>;
  const call = async (name: string, input: unknown) => handlers[name]?.(input);
  port.post({ shellReply: await reply({ call, listen: () => () => {} }, request) });
}

/** utilityProcess takes the port itself; Node's channel can't, so there the frames are carried over. */
function handPort(contents: Electron.WebContents): void {
  const { port1, port2 } = new MessageChannelMain();
  const port = engine;
  if (!port) return;
  if (process.env['ENGINE_NODE']) relay(port, port1);
  else port.post({ port: true }, [port1]);
  contents.postMessage('port', null, [port2]);
}

function relay(port: EnginePort, side: MessagePortMain): void {
  const ids = new Map<number, number>();
  side.on('message', ({ data }) => {
    const frame = data as Request;
    const id = nextId++;
    ids.set(id, frame.id);
    port.post({ ...frame, id });
  });
  port.onMessage((message) => {
    const frame = message as { id?: number; event?: string };
    if (typeof frame.event === 'string') return side.postMessage(frame);
    const id = ids.get(frame.id ?? -1);
    if (id === undefined) return;
    ids.delete(frame.id ?? -1);
    side.postMessage({ ...frame, id });
  });
  side.start();
}
let nextId = 1;

function tell(running: boolean, sentence: string): void {
  window?.webContents.send('engine', { running, sentence });
}

function open(): void {
  window = new BrowserWindow({
    width: 1440,
    height: 900,
    minWidth: 960,
    minHeight: 600,
    show: false,
    title: 'KMM Bastion',
    autoHideMenuBar: true,
    webPreferences: webPreferences(join(import.meta.dirname, '../preload/preload.cjs')),
  });
  window.once('ready-to-show', () => window?.show());
  window.on('closed', () => {
    window = undefined;
  });
  void window.loadURL(`${origin}/`);
}

/** Asks when work is running, then lets the engine close its store. */
async function quit(): Promise<void> {
  const running = engine ? await runningJobs(engine) : 0;
  if (running > 0 && window) {
    const { response } = await dialog.showMessageBox(window, {
      type: 'question',
      message: running === 1 ? 'A job is still running.' : `${running} jobs are still running.`,
      detail: 'They stop now and go on when the application is started again.',
      buttons: ['Keep running', 'Quit'],
      defaultId: 0,
      cancelId: 0,
    });
    if (response === 0) return;
  }
  quitting = true;
  await engine?.stop();
  app.exit(0);
}

function runningJobs(port: EnginePort): Promise<number> {
  return new Promise((resolve) => {
    const id = -Date.now();
    const stop = port.onMessage((message) => {
      const frame = message as { id?: number; ok?: { jobs: unknown[] } };
      if (frame.id === id) done(frame.ok?.jobs.length ?? 0);
    });
    const timer = setTimeout(() => done(0), 1500);
    function done(count: number) {
      clearTimeout(timer);
      stop();
      resolve(count);
    }
    port.post({ id, name: 'jobs.list', input: { running: true } });
  });
}
