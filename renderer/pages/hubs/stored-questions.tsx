import { Alert, Button } from '@patternfly/react-core';
import { useState } from 'react';
import type { Output } from '../../../shared/contract.ts';
import { Answer } from '../../parts/answer.tsx';
import { FaultAlert } from '../../parts/fault-alert.tsx';
import { useAct, useCall } from '../../state/use-call.ts';
import { Questions } from './questions.tsx';

type Hub = Output<'hubs.list'>['hubs'][number];

/** A connection waits for answers that this hub's kubeconfig needs: they are given here. Nothing was run. */
export function StoredQuestions({ hub, onDone }: { hub: Hub; onDone: () => void }) {
  const asked = useCall('hubs.questions', { hub: hub.id });
  const [answers, setAnswers] = useState<Record<string, boolean>>({});
  const answer = useAct('hubs.answer', { quiet: true, done: onDone });
  return (
    <section className="kb-stack" aria-label="Open questions">
      <Alert
        isInline
        variant="warning"
        component="p"
        title={`${hub.name} is not connected: its kubeconfig asks for something you have not allowed. Nothing was run.`}
      />
      <Answer of={asked} what="the questions of its kubeconfig">
        {({ questions }) => (
          <>
            <Questions
              questions={questions}
              answers={answers}
              onAnswer={(key, allow) => setAnswers((now) => ({ ...now, [key]: allow }))}
            />
            {answer.fault && <FaultAlert fault={answer.fault} />}
            <div className="kb-actions">
              <Button
                isLoading={answer.busy}
                onClick={() =>
                  answer.act({
                    answers: questions.map(({ key, answer: before }) => ({
                      key,
                      allow: answers[key] ?? before === 'yes',
                    })),
                  })
                }
              >
                Remember and connect
              </Button>
            </div>
          </>
        )}
      </Answer>
    </section>
  );
}
