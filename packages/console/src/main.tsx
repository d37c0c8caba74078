import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { connect } from './api/live.ts';
import { App } from './app.tsx';
import './style/tokens.css';
import './style/base.css';
import './style/frame.css';
import './style/parts.css';
import './style/map.css';
import './style/incident.css';
import './style/explore.css';
import './style/detection.css';
import './style/ingest.css';
import './style/flame.css';

connect();
const root = document.getElementById('root');
if (root === null) throw new Error('BUG: index.html has no root');
createRoot(root).render(<StrictMode><App /></StrictMode>);
