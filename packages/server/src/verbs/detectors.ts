import type { DetectorView } from '@clew/engine';
import type { DetectionResponse, ServicesResponse } from '../api/types.ts';
import { featureName } from '@clew/words';
import { makeNames, type Names } from '../words/name.ts';
import { sayNumber, sayShare } from '../words/quantity.ts';
import { outputOption, readArgs, readOutput } from './args.ts';
import { sayP } from './findings.ts';
import { exitCode, openRemote, remoteHelp, remoteOptions } from './remote.ts';
import { toJson, toTable } from './show.ts';
import type { Verb } from './verb.ts';

export const detectors: Verb = {
  name: 'detectors',
  about: 'how detection is doing: budget, each detector, the noisiest series',
  help: `Usage: clew detectors [flags]

The budget of false alarms and what is spent of it, each detector with its findings and what people said of them,
and the series that are found most often. docs/detectors.md tells how each one decides.

  -o, --output <table|json>
${remoteHelp}

Example: clew detectors -o json | jq '.noisiest[0]'
`,
  run: async (args, terminal) => {
    const { values } = readArgs(args, { ...outputOption, ...remoteOptions }, { min: 0, max: 0 });
    const output = readOutput(values.output);
    const remote = openRemote(values, terminal);
    const answer = await remote.get<DetectionResponse>('/detection');
    const { services } = await remote.get<ServicesResponse>('/services');
    terminal.out(output === 'json' ? toJson(answer) : show(answer, makeNames(services.map(({ node }) => node))));
    return exitCode.ok;
  },
};

function show({ budgetPerDay, spent, series, tests, threshold, detectors: all, noisiest, version }: DetectionResponse, names: Names): string {
  const lines = [
    `Budget: ${sayNumber(budgetPerDay)} false ${budgetPerDay === 1 ? 'alarm' : 'alarms'} a day; ${sayNumber(spent)} expected of the last 24 hours.`,
    `${sayNumber(series)} series are judged, ${sayNumber(tests)} tests in the last pane; reported below p = ${sayP(threshold)}. ${version}`, '',
    toTable<DetectorView>([
      { title: 'DETECTOR', of: ({ id }) => id },
      { title: 'STATE', of: ({ state }) => state },
      { title: 'FINDINGS', of: ({ findings }) => sayNumber(findings), right: true },
      { title: 'REAL', of: ({ real }) => sayNumber(real), right: true },
      { title: 'NOISE', of: ({ noise }) => sayNumber(noise), right: true },
      { title: 'PRECISION', of: ({ real, noise }) => (real + noise === 0 ? '-' : sayShare(real / (real + noise))), right: true },
      { title: 'WEIGHT CHANGED FOR', of: ({ weights }) => (weights.length === 0 ? '-' : weights.map(({ entity, weight }) => `${names.of(entity)} ${sayNumber(weight)}`).join(', ')) },
    ], all).trimEnd(),
  ];
  if (noisiest.length > 0) {
    lines.push('', toTable<(typeof noisiest)[number]>([
      { title: 'NOISIEST SERIES', of: ({ entity, feature, subject, text }) => `${featureName(feature, subject, 'en', text)} of ${names.of(entity)}` },
      { title: 'FINDINGS IN 24 H', of: ({ findings }) => sayNumber(findings), right: true },
      { title: 'NOISE', of: ({ noise }) => sayNumber(noise), right: true },
    ], noisiest).trimEnd());
  }
  return `${lines.join('\n')}\n`;
}
