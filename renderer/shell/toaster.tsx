import { Alert, AlertActionCloseButton, AlertGroup } from '@patternfly/react-core';
import { type ReactNode, useMemo, useRef, useState } from 'react';
import { addToast, type Toast, ToastContext, type Toasts } from '../state/toasts.ts';
import { inWindowText } from '../words/in-window.ts';

/** Shows what happened in the corner. A fault stays until it is closed; good news goes by itself. */
export function Toaster({ children }: { children: ReactNode }) {
  const [list, setList] = useState<Toast[]>([]);
  const last = useRef(0);
  const toasts = useMemo<Toasts>(() => {
    const add = (toast: Omit<Toast, 'id'>) => setList((now) => addToast(now, { ...toast, id: ++last.current }));
    return {
      say: (tone, title, body = '') => add({ tone, title, body, code: '' }),
      fault: ({ code, message, remedy, field }) =>
        add({ tone: 'danger', title: message, body: inWindowText(remedy), code: field ? `${code} · ${field}` : code }),
    };
  }, []);
  const close = (id: number) => setList((now) => now.filter((toast) => toast.id !== id));
  return (
    <ToastContext value={toasts}>
      {children}
      <AlertGroup isToast isLiveRegion>
        {list.map(({ id, tone, title, body, code }) => (
          <Alert
            key={id}
            variant={tone}
            title={title}
            component="p"
            timeout={tone === 'danger' ? false : 6000}
            onTimeout={() => close(id)}
            actionClose={<AlertActionCloseButton title={title} onClose={() => close(id)} />}
          >
            {body}
            {code && <p className="kb-faint">{code}</p>}
          </Alert>
        ))}
      </AlertGroup>
    </ToastContext>
  );
}
