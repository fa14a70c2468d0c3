import { Alert } from '@patternfly/react-core';
import type { Fault } from '../../shared/fault.ts';
import { localTimes } from '../words/format.ts';
import { EngineText } from './engine-text.tsx';

/** A fault beside the thing it is about: sentence, remedy, code and field. */
export function FaultAlert({ fault, tone = 'danger' }: { fault: Fault; tone?: 'danger' | 'warning' }) {
  return (
    <Alert isInline variant={tone} title={localTimes(fault.message)} component="p">
      <p>
        <EngineText text={fault.remedy} />
      </p>
      {fault.about && fault.about.length > 0 && <p className="kb-code-list">{fault.about.join(', ')}</p>}
      <p className="kb-faint">
        {fault.code}
        {fault.field ? ` · ${fault.field}` : ''}
      </p>
    </Alert>
  );
}
