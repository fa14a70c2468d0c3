import { Button } from '@patternfly/react-core';
import { useAct } from '../../state/use-call.ts';
import { useRoute } from '../../state/use-route.ts';

/** Starts a connected side and an empty site registry on this laptop, then opens the image set that names them. */
export function PractiseButton({
  variant = 'link',
  size = 'default',
}: {
  variant?: 'link' | 'secondary';
  size?: 'default' | 'lg';
}) {
  const { go } = useRoute();
  const start = useAct('mirror.practice', { done: ({ set }) => go({ page: 'mirror', path: ['sets', set] }) });
  return (
    <Button variant={variant} size={size} isLoading={start.busy} isDisabled={start.busy} onClick={() => start.act({})}>
      {start.busy ? 'Starting the practice registries…' : 'Practise the mirror'}
    </Button>
  );
}
