import { Button } from '@patternfly/react-core';
import { useRows } from '../../state/use-rows.ts';
import { plural } from '../../words/format.ts';

/** Has the agents of all spokes that refused the module try it again at once: for when the cause is mended. Nothing where none did. */
export function TryRefused({
  hub,
  name,
  busy,
  onTry,
}: {
  hub: string;
  name: string;
  busy: boolean;
  onTry: (work: string, spokes: string[]) => void;
}) {
  const rows = useRows('modules.proof', { hub, name, state: ['failed'], search: '' });
  const refused = (rows.first?.rows ?? []).filter(({ cause, work }) => cause === 'workRejected' && work !== '');
  const work = refused[0]?.work;
  if (work === undefined) return null;
  const spokes = refused.filter((row) => row.work === work).map(({ spoke }) => spoke);
  return (
    <Button
      variant="secondary"
      isLoading={busy}
      title="The agents wait up to 16 minutes between two tries; this has them try now."
      onClick={() => onTry(work, spokes)}
    >
      {`Try ${plural(spokes.length, 'refused work')} now`}
    </Button>
  );
}
