import { Age } from '../../parts/age.tsx';
import { Answer } from '../../parts/answer.tsx';
import { YamlView } from '../../parts/yaml-view.tsx';
import { useCall } from '../../state/use-call.ts';

/** The stored object as the hub gave it, with the age of what is shown. */
export function ObjectYaml({
  hub,
  kind,
  name,
  namespace = '',
}: {
  hub: string;
  kind: string;
  name: string;
  namespace?: string;
}) {
  const object = useCall('fleet.object', { hub, kind, name, namespace });
  return (
    <Answer of={object} what={`${kind} ${name}`}>
      {({ yaml, seenAt }) => (
        <div className="kb-stack">
          <p className="kb-subtle">
            {kind} as seen <Age at={seenAt} />
          </p>
          <YamlView text={yaml} label={`${kind} ${name} as YAML`} />
        </div>
      )}
    </Answer>
  );
}
