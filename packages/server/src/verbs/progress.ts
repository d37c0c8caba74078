import type { Terminal } from './verb.ts';

const everyMs = 200;

export interface Progress {
  show(text: string): void;
  /** Takes the line away. */
  end(): void;
}

/** One line that is drawn over and over, on a terminal only. */
export function openProgress(terminal: Terminal): Progress {
  let lastMs = -Infinity;
  let isDrawn = false;
  return {
    show(text) {
      if (!terminal.isInteractive || performance.now() - lastMs < everyMs) return;
      lastMs = performance.now();
      isDrawn = true;
      terminal.err(`\r\x1b[K${text}`);
    },
    end() {
      if (isDrawn) terminal.err('\r\x1b[K');
      isDrawn = false;
    },
  };
}
