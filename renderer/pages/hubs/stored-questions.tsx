import { Alert, Button } from '@patternfly/react-core';
import type { Output } from '../../../shared/contract.ts';
import { formatRoute } from '../../state/route.ts';

type Hub = Output<'hubs.list'>['hubs'][number];

/** A connection waits for an answer that this hub's kubeconfig needs: where to give it. */
export function StoredQuestions({ hub, keys, onDone }: { hub: Hub; keys: readonly string[]; onDone: () => void }) {
  return (
    <Alert
      isInline
      variant="warning"
      component="p"
      title={`${hub.name} is not connected: its kubeconfig asks for something you have not allowed.`}
      actionLinks={
        <>
          <Button component="a" variant="link" isInline href={formatRoute({ page: 'hubs', path: ['new'] })}>
            Read the kubeconfig again and answer
          </Button>
          <Button variant="link" isInline onClick={onDone}>
            Try again
          </Button>
        </>
      }
    >
      {keys.length === 1 ? 'One question is open.' : `${keys.length} questions are open.`} Nothing was run.
    </Alert>
  );
}
