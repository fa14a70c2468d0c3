import { Alert, Button, Label, Radio, TextInput } from '@patternfly/react-core';
import { useState } from 'react';
import type { ContextInfo, KubeconfigSource } from '../../../shared/contract/hubs.ts';
import type { Output } from '../../../shared/contract.ts';
import { FaultAlert } from '../../parts/fault-alert.tsx';
import { useAct } from '../../state/use-call.ts';
import { Questions } from './questions.tsx';

const authWords: Record<ContextInfo['auth'], string> = {
  certificate: 'client certificate',
  token: 'token',
  basic: 'user and password',
  exec: 'a program it runs',
  authProvider: 'an old auth provider',
  none: 'nothing',
};
const tlsWords: Record<ContextInfo['tls'], { word: string; color: 'green' | 'grey' | 'orange' }> = {
  'system-ca': { word: 'TLS, system CA', color: 'green' },
  'custom-ca': { word: 'TLS, own CA', color: 'green' },
  insecure: { word: 'TLS not verified', color: 'orange' },
  'plain-http': { word: 'not encrypted', color: 'orange' },
};

interface Props {
  source: KubeconfigSource;
  found: Output<'hubs.inspect'>;
  onAgain: () => void;
  onAdded: (hub: string) => void;
}

/** The contexts of a kubeconfig: one is chosen, its questions are answered (no unless you say yes), then it is added and connected. */
export function Contexts({ source, found, onAgain, onAdded }: Props) {
  const usable =
    found.contexts.find(({ current, fault }) => current && !fault) ?? found.contexts.find(({ fault }) => !fault);
  const [chosen, setChosen] = useState(usable?.context ?? '');
  const [name, setName] = useState('');
  const [answers, setAnswers] = useState<Record<string, boolean>>({});
  const answer = useAct('hubs.answer', { quiet: true });
  const add = useAct('hubs.add', { quiet: true });
  const connect = useAct('hubs.connect');
  const context = found.contexts.find((each) => each.context === chosen);
  async function go() {
    if (!context) return;
    const given = context.questions.map(({ key, answer: before }) => ({
      key,
      allow: answers[key] ?? before === 'yes',
    }));
    try {
      if (given.length > 0) await answer.ask({ answers: given });
      const hub = await add.ask({ source, context: chosen, ...(name.trim() !== '' && { name: name.trim() }) });
      // The hub is known now; when connecting fails its page says why and how to go on.
      await connect.ask({ hub: hub.id }).catch(() => undefined);
      onAdded(hub.id);
    } catch {
      // Shown below as the fault of the step that failed.
    }
  }
  const fault = answer.fault ?? add.fault;
  return (
    <section className="kb-stack" aria-label="Contexts">
      {found.warnings.map((warning) => (
        <Alert key={warning} isInline variant="warning" title={warning} component="p" />
      ))}
      <h2 className="kb-h">Contexts</h2>
      <ul className="kb-cards">
        {found.contexts.map((each) => (
          <li key={each.context}>
            <Radio
              id={`context-${each.context}`}
              name="context"
              isChecked={each.context === chosen}
              isDisabled={each.fault !== undefined}
              onChange={() => setChosen(each.context)}
              label={each.context}
              description={
                <>
                  {each.server} as {each.user || 'nobody'}, by {authWords[each.auth]}{' '}
                  <Label isCompact variant="outline" color={tlsWords[each.tls].color}>
                    {tlsWords[each.tls].word}
                  </Label>
                </>
              }
            />
            {each.fault && <FaultAlert fault={each.fault} tone="warning" />}
          </li>
        ))}
      </ul>
      {context && context.questions.length > 0 && (
        <Questions
          questions={context.questions}
          answers={answers}
          onAnswer={(key, allow) => setAnswers((now) => ({ ...now, [key]: allow }))}
        />
      )}
      {context && (
        <div className="kb-inline-form">
          <TextInput
            aria-label="Name for this hub"
            placeholder={`Name (${context.context})`}
            value={name}
            maxLength={80}
            onChange={(_event, value) => setName(value)}
          />
          <Button isLoading={answer.busy || add.busy || connect.busy} onClick={() => void go()}>
            Add and connect
          </Button>
          <Button variant="link" onClick={onAgain}>
            Read again
          </Button>
        </div>
      )}
      {fault && <FaultAlert fault={fault} />}
    </section>
  );
}
