import { fourier } from '../../packages/engine/src/detect/scan/fourier.ts';

/**
 * The Spectral Residual score exactly as TSB-AD publishes it, slips included (it pads the spectrum with values of the series). Not a
 * detector of ours: it is the known input by which our port of the metric is held against published values.
 */
export function publishedSpectralResidual(values: readonly number[]): Float64Array {
  const n = values.length;
  const low = values.reduce((least, value) => Math.min(least, value), Infinity);
  const high = values.reduce((most, value) => Math.max(most, value), -Infinity);
  const scaled = Float64Array.from(values, (value) => (value - low) / (high - low));
  const re = scaled.slice();
  const im = new Float64Array(n);
  fourier(re, im);
  const log = re.map((x, i) => Math.log(Math.hypot(x, im[i])));
  const usual = usualSpectrum(log, scaled[0], scaled[n - 1]);
  for (let i = 0; i < n; i++) {
    const phase = Math.atan2(im[i], re[i]);
    const amplitude = Math.exp(log[i] - usual[i]);
    re[i] = amplitude * Math.cos(phase);
    im[i] = amplitude * Math.sin(phase);
  }
  fourier(re, im, true);
  return re.map((x, i) => Math.hypot(x, im[i]));
}

/** The log spectrum evened over 100 frequencies, its second half the mirror of the first. */
function usualSpectrum(log: Float64Array, first: number, last: number): Float64Array {
  const width = 100;
  const n = log.length;
  const half = n >> 1;
  const padded = [...Array.from({ length: (width - 1) >> 1 }, () => first), ...log.subarray(1, 1 + half), ...Array.from({ length: width >> 1 }, () => last)];
  const out = new Float64Array(n);
  out[0] = log[0];
  for (let i = 0; i < half; i++) {
    let sum = 0;
    for (let k = 0; k < width; k++) sum += padded[i + k];
    out[1 + i] = sum / width;
    out[n - 1 - i] = sum / width;
  }
  return out;
}
