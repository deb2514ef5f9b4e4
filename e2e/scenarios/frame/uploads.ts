import { createInventory, createPartUploads } from '../../../adapters/aws';
import type { Settings } from '../../../contract';
import type { IncompleteUploads } from '../scenario';

/** Of the installation's bucket; nothing stays connected. */
export function incompleteUploads(settings: Settings): IncompleteUploads {
  const below = async (prefix: string) => {
    const inventory = createInventory(settings);
    try {
      return await inventory.openUploads(prefix);
    } finally {
      inventory.close();
    }
  };
  return {
    below,
    async abort(prefix) {
      const found = await below(prefix);
      if (found.length === 0) return;
      const uploads = createPartUploads(settings);
      try {
        for (const upload of found) await uploads.abort(upload);
      } finally {
        uploads.close();
      }
    },
  };
}
