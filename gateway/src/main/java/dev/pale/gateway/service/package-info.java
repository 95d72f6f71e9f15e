/** What is known of services: hosts, slots, presets; data files that users can add to. */
package dev.pale.gateway.service;
