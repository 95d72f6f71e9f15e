/** Small utilities that more than one command needs. The formats are in the packages below. */
package dev.pale.formats;
