/** 1Password: {@link dev.pale.providers.onepassword.OnePassword}. */
package dev.pale.providers.onepassword;
