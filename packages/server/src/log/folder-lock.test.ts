import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { lockFolder } from './folder-lock.ts';

function setUp(): string {
  const folder = mkdtempSync(join(tmpdir(), 'clew-lock-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

test('a folder is locked once, and again after its release', () => {
  const folder = setUp();
  const lock = lockFolder(folder);
  expect(() => lockFolder(folder)).toThrow(expect.objectContaining({ code: 'folder_in_use', value: folder }));
  lock.release();
  expect(existsSync(join(folder, 'lock'))).toBe(false);
  lockFolder(folder).release();
});

test('the lock of a process that is gone, or whose number another has now, does not hold', () => {
  const folder = setUp();
  writeFileSync(join(folder, 'lock'), '999999999 12\n');
  lockFolder(folder).release();
  writeFileSync(join(folder, 'lock'), `${process.pid} 1\n`);
  lockFolder(folder).release();
});

test('a folder that cannot be written is told as such', () => {
  const folder = setUp();
  writeFileSync(join(folder, 'file'), '');
  expect(() => lockFolder(join(folder, 'file', 'below'))).toThrow(expect.objectContaining({ code: 'folder_not_writable' }));
});
