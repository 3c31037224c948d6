/**
 * Ends what tests have opened. Test files share the modules of their helpers: a hook at the top of a helper would be one
 * of the first file alone that imports it, so `setup.ts` has the hooks of all.
 */
type End = () => unknown;

const ofTest: End[] = [];
const ofFile: End[] = [];

/** Called after the test, also when it fails. */
export const afterTest = (end: End): void => void ofTest.push(end);

/** Called after the tests of the file. */
export const afterFile = (end: End): void => void ofFile.push(end);

export const endTest = (): Promise<void> => endAll(ofTest);
export const endFile = (): Promise<void> => endAll(ofFile);

async function endAll(ends: End[]): Promise<void> {
  await Promise.all(ends.splice(0).map((end) => end()));
}
