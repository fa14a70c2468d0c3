import type { KubeObject } from '../../../shared/kube.ts';

/** A Build that runs or ran: times are lab ms since 1970, `endAt` is when it will have ended. */
export interface BuildRun {
  build: KubeObject;
  startedAt: number;
  endAt: number;
  /** Why it failed; told once it has ended. */
  message?: string;
}

/** What a build pod has printed by `now`, in the words of buildah: one step an instruction of the Dockerfile, then the push. */
export function buildLog({ build, startedAt, endAt, message }: BuildRun, now: number): string {
  const { source, output } = build.spec as { source: { dockerfile?: string }; output: { to: { name: string } } };
  const steps = (source.dockerfile ?? '')
    .replaceAll('\\\n', '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line && !line.startsWith('#'));
  const share = endAt > startedAt ? Math.min(1, Math.max(0, (now - startedAt) / (endAt - startedAt))) : 1;
  const ended = share === 1;
  // The last tenth is the push.
  const done = Math.min(steps.length, Math.floor((share / 0.9) * steps.length) + 1);
  const lines = steps.slice(0, done).map((step, at) => `STEP ${at + 1}/${steps.length}: ${step}`);
  if (ended && message !== undefined) {
    lines.push(`error: build error: ${message}`);
  } else if (share >= 0.9) {
    lines.push(`COMMIT ${output.to.name}`, `Pushing image ${output.to.name} ...`);
    if (ended) lines.push('Push successful');
  }
  return `${lines.join('\n')}\n`;
}
