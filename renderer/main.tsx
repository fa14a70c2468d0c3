import './jitless.ts';
import '@patternfly/react-core/dist/styles/base.css';
import './styles/window.css';
import './styles/tables.css';
import './styles/parts.css';
import './styles/mirror.css';
import './styles/progress.css';
import './styles/editor.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { connect, createClient } from './client.ts';
import { App } from './shell/app.tsx';
import { followTheme } from './state/theme.ts';

followTheme(document.documentElement, matchMedia('(prefers-color-scheme: dark)'));
const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <App client={createClient(connect())} />
    </StrictMode>,
  );
}
