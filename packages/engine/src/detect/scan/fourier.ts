/**
 * Discrete Fourier transform in place, of any length: radix 2 where the length is a power of two, else Bluestein's chirp
 * (Bluestein 1970). The inverse divides by the length.
 */
export function fourier(re: Float64Array, im: Float64Array, inverse = false): void {
  if (re.length !== im.length) throw new Error('BUG: real and imaginary part differ in length');
  if (inverse) {
    fourier(im, re);
    for (let i = 0; i < re.length; i++) {
      re[i] /= re.length;
      im[i] /= im.length;
    }
  } else if ((re.length & (re.length - 1)) === 0) radixTwo(re, im);
  else chirp(re, im);
}

/** Smallest power of two that is not below `length`. */
export function powerOfTwo(length: number): number {
  let size = 1;
  while (size < length) size *= 2;
  return size;
}

function radixTwo(re: Float64Array, im: Float64Array): void {
  const size = re.length;
  reverseBits(re, im);
  const cos = new Float64Array(size >> 1);
  const sin = new Float64Array(size >> 1);
  for (let i = 0; i < size >> 1; i++) {
    cos[i] = Math.cos((2 * Math.PI * i) / size);
    sin[i] = -Math.sin((2 * Math.PI * i) / size);
  }
  for (let half = 1; half < size; half *= 2) {
    const stride = size / (2 * half);
    for (let from = 0; from < size; from += 2 * half) {
      for (let i = 0; i < half; i++) {
        const a = from + i;
        const b = a + half;
        const c = cos[i * stride];
        const s = sin[i * stride];
        const x = re[b] * c - im[b] * s;
        const y = re[b] * s + im[b] * c;
        re[b] = re[a] - x;
        im[b] = im[a] - y;
        re[a] += x;
        im[a] += y;
      }
    }
  }
}

function reverseBits(re: Float64Array, im: Float64Array): void {
  const size = re.length;
  for (let i = 1, j = 0; i < size; i++) {
    let bit = size >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) {
      [re[i], re[j]] = [re[j], re[i]];
      [im[i], im[j]] = [im[j], im[i]];
    }
  }
}

function chirp(re: Float64Array, im: Float64Array): void {
  const length = re.length;
  const size = powerOfTwo(2 * length - 1);
  const cos = new Float64Array(length);
  const sin = new Float64Array(length);
  for (let i = 0; i < length; i++) {
    // i² modulo 2n keeps the angle small, so that long inputs lose no digits.
    const angle = (Math.PI * ((i * i) % (2 * length))) / length;
    cos[i] = Math.cos(angle);
    sin[i] = -Math.sin(angle);
  }
  const aRe = new Float64Array(size);
  const aIm = new Float64Array(size);
  const bRe = new Float64Array(size);
  const bIm = new Float64Array(size);
  for (let i = 0; i < length; i++) {
    aRe[i] = re[i] * cos[i] - im[i] * sin[i];
    aIm[i] = re[i] * sin[i] + im[i] * cos[i];
    bRe[i] = cos[i];
    bIm[i] = -sin[i];
    if (i > 0) {
      bRe[size - i] = cos[i];
      bIm[size - i] = -sin[i];
    }
  }
  fourier(aRe, aIm);
  fourier(bRe, bIm);
  for (let i = 0; i < size; i++) {
    const x = aRe[i] * bRe[i] - aIm[i] * bIm[i];
    aIm[i] = aRe[i] * bIm[i] + aIm[i] * bRe[i];
    aRe[i] = x;
  }
  fourier(aRe, aIm, true);
  for (let i = 0; i < length; i++) {
    re[i] = aRe[i] * cos[i] - aIm[i] * sin[i];
    im[i] = aRe[i] * sin[i] + aIm[i] * cos[i];
  }
}
