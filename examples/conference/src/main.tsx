import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';

import { App } from './app';
import './style/base.css';
import './style/controls.css';
import './style/start.css';
import './style/lobby.css';
import './style/call.css';
import './style/panel.css';
import './style/files.css';
import './style/trust.css';
import './style/uplink.css';

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
