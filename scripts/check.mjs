// `npm run check`: lint and types. A warning is an error: a rule nobody has to keep is a wish.
import { readdirSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { install, root, run } from './ready.mjs';

install();
const bin = (name) => join(root, 'node_modules', '.bin', name);
run('lint', bin('oxlint'), ['--deny-warnings']);
const rooms = readdirSync(join(root, 'packages')).map((name) => join('packages', name));
for (const project of [...rooms, '.']) {
  if (existsSync(join(root, project, 'tsconfig.json'))) run(`types of ${project}`, bin('tsc'), ['-p', project]);
}
console.log('lint and types: no complaints');
