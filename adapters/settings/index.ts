export { type DescribedSetting, describedSettings } from './described';
export { HomeError, NoStackError, SettingsError, type SettingsFault } from './errors';
export { homeDir } from './home';
export { loadSettings, requireStack } from './load';
export { isLoopbackUrl } from './loopback';
export { makeFolder } from './make-folder';
export { loadSecret } from './secret';
export { readStackState } from './stack-state';
export { checkHome, makeHome } from './usable-home';
