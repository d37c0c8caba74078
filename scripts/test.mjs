// `npm test [-- vitest arguments]`: installs what is missing and runs every test that needs no browser.
import { install, pinnedNode, root, run } from './ready.mjs';
import { join } from 'node:path';

install();
run('tests', pinnedNode, [join(root, 'node_modules/vitest/vitest.mjs'), 'run', ...process.argv.slice(2)]);
