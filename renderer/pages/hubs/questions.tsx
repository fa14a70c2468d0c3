import { Radio } from '@patternfly/react-core';
import type { Question } from '../../../shared/contract/hubs.ts';

const titles: Record<Question['kind'], string> = {
  exec: 'Run a program on this laptop',
  authProvider: 'Use an old auth provider',
  outsideFile: 'Read a file elsewhere on this laptop',
  proxy: 'Send everything through a proxy',
  insecure: 'Not verify the server',
  impersonation: 'Act as someone else',
};

interface Props {
  questions: readonly Question[];
  answers: Record<string, boolean>;
  onAnswer: (key: string, allow: boolean) => void;
}

/** What a context would do beyond connecting, in full. Not answering is no; a yes holds for exactly this text. */
export function Questions({ questions, answers, onAnswer }: Props) {
  return (
    <section aria-label="Before connecting">
      <h2 className="kb-h">This context would also</h2>
      <ul className="kb-cards">
        {questions.map(({ key, kind, sentence, detail, answer }) => {
          const allow = answers[key] ?? answer === 'yes';
          return (
            <li key={key}>
              <strong>{titles[kind]}</strong>
              <p>{sentence}</p>
              <pre className="kb-pre">{detail}</pre>
              <div className="kb-actions" role="radiogroup" aria-label={titles[kind]}>
                <Radio
                  id={`no-${key}`}
                  name={key}
                  label="No"
                  isChecked={!allow}
                  onChange={() => onAnswer(key, false)}
                />
                <Radio
                  id={`yes-${key}`}
                  name={key}
                  label="Yes, allow exactly this"
                  isChecked={allow}
                  onChange={() => onAnswer(key, true)}
                />
              </div>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
