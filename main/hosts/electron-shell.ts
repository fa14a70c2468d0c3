import { type BrowserWindow, dialog, type FileFilter, shell } from 'electron';
import type { Input, Output } from '../../shared/contract.ts';

const filters: Record<Input<'shell.pickFiles'>['kind'], FileFilter[]> = {
  kubeconfig: [{ name: 'kubeconfig', extensions: ['*'] }],
  yaml: [{ name: 'YAML', extensions: ['yaml', 'yml'] }],
  any: [],
};

/** The desktop's answers to shell.*: dialogs belong to the window that is open. */
export function desktopShell(window: () => BrowserWindow | undefined) {
  return {
    async 'shell.pickFiles'({ title, kind, many }: Input<'shell.pickFiles'>): Promise<Output<'shell.pickFiles'>> {
      const options = {
        title,
        filters: filters[kind],
        properties: ['openFile' as const, 'showHiddenFiles' as const, ...(many ? (['multiSelections'] as const) : [])],
      };
      const parent = window();
      const answer = await (parent ? dialog.showOpenDialog(parent, options) : dialog.showOpenDialog(options));
      return { paths: answer.canceled ? [] : answer.filePaths };
    },
    async 'shell.saveAs'({ title, name }: Input<'shell.saveAs'>): Promise<Output<'shell.saveAs'>> {
      const parent = window();
      const options = { title, defaultPath: name };
      const answer = await (parent ? dialog.showSaveDialog(parent, options) : dialog.showSaveDialog(options));
      return { path: answer.canceled ? '' : (answer.filePath ?? '') };
    },
    'shell.reveal'({ path }: Input<'shell.reveal'>): Output<'shell.reveal'> {
      shell.showItemInFolder(path);
      return {};
    },
  };
}
export type DesktopShell = ReturnType<typeof desktopShell>;
