import { createContext, useContext } from 'react';
import type { Fault } from '../../shared/fault.ts';

export interface Toast {
  id: number;
  tone: 'success' | 'danger' | 'info' | 'warning';
  title: string;
  body: string;
  code: string;
}

export interface Toasts {
  say(tone: Toast['tone'], title: string, body?: string): void;
  fault(fault: Fault): void;
}

export const ToastContext = createContext<Toasts>({ say: () => {}, fault: () => {} });
export const useToasts = (): Toasts => useContext(ToastContext);

/** A list of at most `most` toasts; the same fault twice is shown once, so that a broken line does not bury the page. */
export function addToast(list: readonly Toast[], toast: Toast, most = 4): Toast[] {
  const others = list.filter((other) => other.title !== toast.title || other.code !== toast.code);
  return [...others, toast].slice(-most);
}
