import { readConfig, settingOptions, toConfigResponse } from '../config/config.ts';
import { flagOf, settingNames, settingTable } from '../config/table.ts';
import { outputOption, readArgs, readOutput } from './args.ts';
import type { Verb } from './verb.ts';

export const config: Verb = {
  name: 'config',
  about: 'show every setting in force and where it comes from',
  help: 'Usage: clew config [-o table|json] [--config <file>] [flags of clew serve]\n\nA flag --grpc-port is the variable CLEW_GRPC_PORT and the key "grpcPort" in clew.json.\nA flag goes before the environment, that before the file, that before the default.\n\nExample: clew config -o json\n',
  async run(args, terminal) {
    const { values } = readArgs(args, { ...settingOptions(), ...outputOption }, { min: 0, max: 0 });
    const output = readOutput(values.output as string | undefined);
    const { settings } = toConfigResponse(readConfig({ flags: values, environment: terminal.environment, folder: terminal.folder }));
    if (output === 'json') {
      terminal.out(`${JSON.stringify({ settings }, null, 2)}\n`);
      return 0;
    }
    const rows = settings.map(({ name, value, from, unit, about }) => [name, value === '' ? '-' : value, unit, from, about]);
    const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column].length)));
    for (const row of rows) terminal.out(`${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd()}\n`);
    return 0;
  },
};

/** All flags with their defaults, one a line. */
export function settingsHelp(): string {
  const width = Math.max(...settingNames.map((name) => flagOf(name).length));
  const rows = settingNames.map((name) => {
    const { type, about, unit } = settingTable[name];
    const value = settingTable[name].default;
    const suffix = type === 'secret' || type === 'switch' ? '' : ` (${value}${unit === '' ? '' : ` ${unit}`})`;
    return `  --${flagOf(name).padEnd(width)}  ${about}${suffix}`;
  });
  return [`  --${'config'.padEnd(width)}  file of settings (clew.json in the working directory)`, ...rows].join('\n');
}
