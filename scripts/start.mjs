// `npm start [-- flags]`: installs what is missing, builds the console when it is stale, and runs the server.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { buildConsole, install, pinnedNode, root, serverEnvironment, serverFlags } from './ready.mjs';

install();
buildConsole();
const server = spawn(pinnedNode, [...serverFlags, join(root, 'packages/server/src/main.ts'), 'serve', ...process.argv.slice(2)], { stdio: 'inherit', env: { ...serverEnvironment, ...process.env } });
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => server.kill(signal));
server.on('exit', (code, signal) => process.exit(signal ? 1 : code));
