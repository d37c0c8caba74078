import { flushCompileCache } from 'node:module';
import { readConfig, settingOptions } from '../config/config.ts';
import { readArgs } from './args.ts';
import { settingsHelp } from './config.ts';
import type { Verb } from './verb.ts';

export const serve: Verb = {
  name: 'serve',
  about: 'run the server: OTLP in, console and API out',
  help: `Usage: clew serve [flags]\n\nRuns until SIGTERM or SIGINT. A second one ends it at once.\n\nFlags (clew config shows what is in force and where it comes from):\n${settingsHelp()}\n\nExample: clew serve --demo\n`,
  async run(args, terminal) {
    const { values } = readArgs(args, settingOptions(), { min: 0, max: 0 });
    const config = readConfig({ flags: values, environment: terminal.environment, folder: terminal.folder });
    // Loaded here, so that the other commands start without the row store.
    const { openServer, version } = await import('../serve.ts');
    const stopAsked = askedToStop();
    const running = await openServer(config, { nowMs: () => Date.now(), report: (line) => terminal.err(`${line}\n`) });
    terminal.out(`Clew ${version}\n  OTLP/gRPC  ${running.grpc}\n  OTLP/HTTP  ${running.http}\n  Console    ${running.console}\n  Data       ${config.settings.data}\n`);
    // What was compiled for this start serves the next one, also when this process ends without a word.
    flushCompileCache();
    await stopAsked;
    terminal.err('clew: stopping\n');
    await running.stop();
    return 0;
  },
};

/** The second signal is for people who do not want to wait. */
function askedToStop(): Promise<void> {
  let isAsked = false;
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.on(signal, () => {
        if (isAsked) process.exit(1);
        isAsked = true;
        resolve();
      });
    }
  });
}
