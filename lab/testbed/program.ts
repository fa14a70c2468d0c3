import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';

/** A server program that runs as long as we do. */
export interface Program {
  alive(): boolean;
  /** What it wrote so far, stdout and stderr. */
  log(): string;
  /** Ends it (SIGTERM, after 5 s SIGKILL) and waits until it is gone. */
  stop(): Promise<void>;
}

/*
 * The shell holds our end of a pipe as descriptor 3 and ends the program when the pipe closes, so that no server is
 * left behind by a test that was killed. `read` is a builtin: nothing else has to be ended. Signals to the whole group
 * (Ctrl+C, timeout) must not end who waits to be sure: kube-apiserver takes its time over SIGTERM, more so without etcd.
 */
const keeper = `exec 3<&0
"$@" </dev/null 3<&- &
pid=$!
{ trap '' TERM INT HUP; read -r _ <&3; kill $pid; n=0; while [ $n -lt 50 ] && kill -0 $pid; do sleep 0.1; n=$((n+1)); done; kill -9 $pid; } 2>/dev/null &
watcher=$!
wait $pid
code=$?
kill -9 $watcher 2>/dev/null
exit $code`;

/** Starts `path` with `--name=value` flags; its output goes to `logFile`. */
export function startProgram(path: string, flags: Record<string, string>, logFile: string): Program {
  const log = openSync(logFile, 'a');
  const args = Object.entries(flags).map(([name, value]) => `--${name}=${value}`);
  const child: ChildProcess = spawn('sh', ['-c', keeper, 'keeper', path, ...args], { stdio: ['pipe', log, log] });
  closeSync(log);
  child.stdin?.on('error', () => {});
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    alive: () => child.exitCode === null && child.signalCode === null,
    log: () => readFileSync(logFile, 'utf8'),
    stop() {
      child.stdin?.destroy();
      return gone;
    },
  };
}
